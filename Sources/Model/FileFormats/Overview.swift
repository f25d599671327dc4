// FileFormats: image files by their bytes: their format, whether they are whole, and their Exif metadata.
//
// It is pure: bytes in, values out. It decodes no pixels, opens no files, and trusts no length that a file states.
