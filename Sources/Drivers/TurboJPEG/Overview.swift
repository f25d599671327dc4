// TurboJPEG: JPEG files as planes of luma and chroma, by libjpeg-turbo.
//
// It knows nothing of profiles, orientation or what a picture is for. Not for bytes of strangers outside a worker process.
