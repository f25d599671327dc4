// JOSE: signed tokens (RFC 7515) by cjose, with one fixed algorithm.
//
// It knows neither sessions nor JSON: it signs bytes.
