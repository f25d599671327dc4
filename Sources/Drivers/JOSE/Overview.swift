// JOSE: signed tokens (RFC 7515) by cjose, with one algorithm, which a token cannot choose.
//
// It knows neither sessions nor JSON: what is signed are bytes.
