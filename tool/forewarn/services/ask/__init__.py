"""Questions and their answers: load what is needed, judge it by the model, and hand it on."""
