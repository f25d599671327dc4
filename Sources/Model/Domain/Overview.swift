// Domain: the nouns of an image repository, as values.
//
// It owns identities (`ImageID`, `Digest`, `JobID`), the records of images, files and contents, and the conditions of
// a search. It knows nothing of HTTP, SQL, files or pixels, and imports only Chronology and TextCoding. Every other
// target may import it.
