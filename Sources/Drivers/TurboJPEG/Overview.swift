// TurboJPEG: JPEG files as planes of luma and chroma, by libjpeg-turbo (docs/decisions/0032).
//
// It knows nothing of profiles, orientation or what a picture is for. Untrusted bytes are decoded in worker processes
// only.
