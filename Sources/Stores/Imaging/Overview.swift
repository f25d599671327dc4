// Imaging: bytes in, bytes out: what an image file holds, and its renditions.
//
// Headers and pixels are decoded in child processes of the same binary. This target owns both ends of that pipe. It knows
// neither stores nor HTTP.
