// Domain: the nouns of an image repository, as values.
//
// It owns identities (`ImageID`, `Digest`, `JobID`), what is known of images, files and contents, and the words of a
// search. It knows nothing of HTTP, SQL, files or pixels, and imports nothing but the standard library; every other
// room may import it.
