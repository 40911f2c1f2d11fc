"""How answers read on a terminal; each module words one kind of answer."""
