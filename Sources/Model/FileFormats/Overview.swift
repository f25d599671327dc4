// FileFormats: recognises the formats of files by their bytes, checks that files are complete, and reads Exif metadata.
//
// It is pure: bytes in, values out. It decodes no pixels, opens no files, and does not trust lengths in files.
