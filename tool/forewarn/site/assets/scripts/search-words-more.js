// The words that only make a sentence of a question, for sites in further languages.

export const LISTS = {
  fr: "à au aux avec ce ces cette comment dans de depuis des du elle en est et il ils je la le les leur ma mais mes moi mon ne nos notre nous on ou où par pas plus pour pourquoi quand que quel quelle quelles quels qui sa se ses si son sont sur un une vos votre vous y client",
  es: "a al como con cuando cuál cuándo cómo de del desde donde dónde el ella en es esta este está están hay la las le lo los me mi muy más no nos nuestro o para pero por porque que qué se si sin sobre son su sus también te tiene un una unas unos y ya yo cliente",
  it: "a al alla anche che chi ci come con cosa da dal dalla dei del della delle di dove e ed è gli ha ho i il in io la le lo ma mi nei nel nella non o per perché più quale quando questa questo se si sono su sul un una uno cliente",
  nl: "aan al als bij dan dat de den der deze die dit door een en er geen had heb hebben heeft het hij hoe ik in is je kan klant maar me met mijn naar niet nog nu of om onze ook op over te tot uit van voor waar waarom wanneer was wat we welke wel werd wie wij wordt worden ze zich zijn zo",
};
