internal import Domain
internal import Services

/// Everything that a viewer gets of an image as JSON: record, camera, place, Exif, files, duplicates.
struct MetadataView: Encodable {
    private let image: Library.ImageMetadata
    private let links: Links

    init(_ image: Library.ImageMetadata, _ links: Links) { (self.image, self.links) = (image, links) }

    private struct FileView: Encodable {
        let file: StoredFile

        enum CodingKeys: String, CodingKey {
            case type, format, width, height, bytes, crc32
            case dateUploaded = "date_uploaded"
        }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(file.type, forKey: .type)
            try container.encode(file.format, forKey: .format)
            try container.encode(file.width, forKey: .width)
            try container.encode(file.height, forKey: .height)
            try container.encode(file.bytes, forKey: .bytes)
            let digits = String(file.crc32, radix: 16)
            try container.encode(String(repeating: "0", count: 8 - digits.count) + digits, forKey: .crc32)
            try container.encode(file.dateUploaded, forKey: .dateUploaded)
        }
    }

    private enum CodingKeys: String, CodingKey {
        case image, camera, place, orientation, exif, files, duplicates
    }

    func encode(to encoder: any Encoder) throws {
        let photo = image.photo
        var container = encoder.container(keyedBy: CodingKeys.self)
        let disclosure = image.disclosure
        try container.encode(ImageView(image.record, disclosure, links), forKey: .image)
        if disclosure.place { try container.encode(image.record.place.map(PlaceView.init), forKey: .place) }
        if disclosure.camera { try container.encode(CameraView(photo), forKey: .camera) }
        guard disclosure.original else { return }
        try container.encode(image.record.content.orientation, forKey: .orientation)
        try container.encode(photo.exif ?? .object([:]), forKey: .exif)
        try container.encode(image.files.map(FileView.init), forKey: .files)
        try container.encode(image.duplicates, forKey: .duplicates)
    }
}
