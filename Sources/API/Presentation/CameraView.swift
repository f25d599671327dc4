internal import Domain

/// The camera of a picture, and how it was set, as JSON.
struct CameraView: Encodable {
    private let make: String?, model: String?, lens: String?
    private let exposureTime: Double?, aperture: Double?, iso: Int?, focalLength: Double?

    init(_ photo: PhotoMetadata) {
        (make, model, lens) = (photo.cameraMake, photo.cameraModel, photo.lens)
        (exposureTime, aperture) = (photo.exposureTime, photo.aperture)
        (iso, focalLength) = (photo.iso, photo.focalLength)
    }

    enum CodingKeys: String, CodingKey {
        case make, model, lens, aperture, iso
        case exposureTime = "exposure_time"
        case focalLength = "focal_length"
    }
}
