// FileFormats: image files by their bytes: which format, whole or cut off, and what Exif says.
//
// Pure: bytes in, values out. It decodes no pixels, opens no files and trusts no length that a file states.
