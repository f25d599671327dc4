// SearchLanguage: the language of the search field.
//
// It owns the syntax (`SearchSyntax`: terms, each with its position in the text) and the meaning of terms
// (`SearchMeaning`: the conditions of Domain). It is pure, and knows nothing of HTTP or of how images are found. Only
// the API imports it.
