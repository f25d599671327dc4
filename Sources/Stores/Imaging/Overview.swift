// Imaging: reads the headers of images, and makes renditions.
//
// Headers and pixels are decoded in child processes of the same binary (docs/decisions/0010). This target owns both
// ends of the pipe to them. It knows
// neither stores nor HTTP.
