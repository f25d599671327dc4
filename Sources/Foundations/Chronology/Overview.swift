// Chronology: moments, dates and offsets as values.
//
// It reads and writes RFC 3339, and never assumes a time zone. It knows nothing of images.
