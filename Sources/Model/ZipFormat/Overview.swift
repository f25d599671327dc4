// ZipFormat: the records of a ZIP archive as bytes, and their offsets.
//
// It is pure: it reads and writes no files. Files in an archive are stored without compression, so that all sizes are
// known beforehand. Sections cited are those of APPNOTE.TXT, version 6.3.10.
