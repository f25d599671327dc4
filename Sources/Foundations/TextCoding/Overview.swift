// TextCoding: text forms of bytes (base64url, base64, hexadecimal), of names (coding keys), and text as searches
// compare it.
//
// It knows nothing of images, and imports nothing but the standard library.
