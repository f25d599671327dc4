// SearchLanguage: what people type into a search field.
//
// It owns the syntax (`SearchSyntax`: terms, each with its place in the text) and what the terms mean (`SearchMeaning`: the
// conditions of Domain). It is pure, knows nothing of HTTP or of how images are found, and only the API imports it.
