// JOSE: signed tokens (RFC 7515) by cjose, with one algorithm that is never the token's to choose.
//
// It knows neither sessions nor JSON: what is signed are bytes.
