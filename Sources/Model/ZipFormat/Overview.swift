// ZipFormat: the records of a ZIP archive as bytes, and where each of them stands.
//
// Pure: it reads and writes no files. Files in an archive are stored as they are, so that all sizes are known beforehand:
// sections cited are those of APPNOTE.TXT, version 6.3.10.
