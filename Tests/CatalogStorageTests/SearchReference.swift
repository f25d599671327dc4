import TextCoding
import CatalogStorage
import Domain
import Foundation

/// The expected result of a search, calculated in the simplest way: every condition is checked for every image.
struct SearchReference {
    struct Image {
        let record: ImageRecord
    }

    let images: [Image]
    var defaults = PublicDefaults()

    func find(_ terms: [SearchTerm], visibleTo audience: Audience) -> Set<ImageID> {
        Set(
            images.filter { image in
                isVisible(image, audience)
                    && terms.allSatisfy { meets(image.record, $0.condition, audience) != $0.isExcluded }
            }.map(\.record.id))
    }

    /// Whether the audience gets the original of an image, or its place.
    func gives(_ record: ImageRecord, _ audience: Audience) -> (original: Bool, place: Bool) {
        switch audience {
        case .everything, .owner, .share: return (true, true)
        case .account(record.owner): return (true, true)
        case .account, .everyone, .reader, .albums:
            let original = record.details.publicOriginal ?? defaults.originals
            return (original, original || record.details.publicPlace ?? defaults.places)
        }
    }

    /// To an audience, an image has nothing of what is hidden from it.
    private func meets(_ record: ImageRecord, _ condition: SearchCondition, _ audience: Audience) -> Bool {
        let (original, place) = gives(record, audience)
        switch condition {
        case .attribute where !original, .externalID where !original, .rating where !original, .near where !place:
            return false
        case .words(let match) where !original:
            let hidden: [WordMatch.Field] = [.attributes, .camera, .lens, .fileName]
            return WordMatch.Field.allCases.contains { field in
                !hidden.contains(field) && (match.field == nil || match.field == field)
                    && Self.texts(of: record, field).contains { Self.occurs(match, in: $0) }
            }
        default: return Self.meets(record, condition)
        }
    }

    private func isVisible(_ image: Image, _ audience: Audience) -> Bool {
        let isPublic = image.record.details.visibility == .public
        return switch audience {
        case .everything: true
        case .everyone: isPublic
        case .owner(let owner): image.record.owner == owner
        case .account(let account), .reader(let account?): isPublic || image.record.owner == account
        case .reader(nil): isPublic
        case .albums, .share: false
        }
    }

    private static func meets(_ record: ImageRecord, _ condition: SearchCondition) -> Bool {
        let metadata = record.content.metadata
        let size = record.content.uprightSize
        switch condition {
        case .words(let match):
            return WordMatch.Field.allCases.contains { field in
                (match.field == nil || match.field == field)
                    && texts(of: record, field).contains { occurs(match, in: $0) }
            }
        case .tag(let tag): return record.details.tags.contains { $0.folded == tag.folded }
        case .attribute(let attribute):
            return record.details.attributes.contains { name, value in
                name.lowercased() == attribute.name && value.attributeTexts.contains(attribute.value)
            }
        // Which image is in which album is tested with albums.
        case .album: return false
        case .format(let format): return record.content.format == format
        case .owner(let handle): return record.ownerHandle.lowercased() == handle.lowercased()
        case .taken(let interval): return record.taken.map { overlaps(interval, $0) } ?? false
        case .added(let interval): return contains(interval, record.dateAdded)
        case .near(let circle):
            guard let latitude = metadata.latitude, let longitude = metadata.longitude else { return false }
            return kilometres(circle, latitude, longitude) <= circle.kilometres
        case .visibility(let visibility): return record.details.visibility == visibility
        case .state(let state): return record.state == state
        case .width(let interval): return contains(interval, Int64(size.width))
        case .height(let interval): return contains(interval, Int64(size.height))
        case .externalID(let id): return record.details.externalID == id
        case .rating(let interval): return record.rating.map { contains(interval, Int64($0)) } ?? false
        case .bytes(let interval): return contains(interval, record.bytes)
        }
    }

    private static func overlaps(_ interval: SearchInterval<CivilTime>, _ date: TakenDate) -> Bool {
        let end = date.endMilliseconds ?? date.localMilliseconds + 1
        return (interval.below.map { date.localMilliseconds < $0.secondsSince1970 * 1000 } ?? true)
            && (interval.from.map { end > $0.secondsSince1970 * 1000 } ?? true)
    }

    private static func contains<Bound>(_ interval: SearchInterval<Bound>, _ value: Bound) -> Bool {
        (interval.from.map { value >= $0 } ?? true) && (interval.below.map { value < $0 } ?? true)
    }

    /// The texts of a field; a phrase does not continue in the next text.
    private static func texts(of record: ImageRecord, _ field: WordMatch.Field) -> [String] {
        let metadata = record.content.metadata
        return switch field {
        case .title: [record.details.title]
        case .description: [record.details.description]
        case .tags: [record.details.tags.joined(separator: "\n")]
        case .attributes:
            [record.details.attributes.sorted { $0.key < $1.key }.map { "\($0) \(text($1))" }.joined(separator: " ")]
        case .camera: [[metadata.cameraMake, metadata.cameraModel].compactMap { $0 }.joined(separator: " ")]
        case .lens: [metadata.lens ?? ""]
        case .creator: [record.creator ?? ""]
        case .fileName: [record.fileName.map { ImageEnding.stem(of: $0) } ?? ""]
        }
    }

    private static func text(_ value: JSONValue) -> String {
        switch value {
        case .string(let text): text
        case .integer(let number): String(number)
        default: ""
        }
    }

    private static func occurs(_ match: WordMatch, in text: String) -> Bool {
        let (wanted, words) = (split(match.text), split(text))
        guard !wanted.isEmpty, words.count >= wanted.count else { return false }
        return (0...(words.count - wanted.count)).contains { start in
            wanted.indices.allSatisfy { index in
                let isLast = index == wanted.count - 1
                return match.isPrefix && isLast
                    ? words[start + index].hasPrefix(wanted[index]) : words[start + index] == wanted[index]
            }
        }
    }

    private static func split(_ text: String) -> [String] {
        text.folded.split { !$0.isLetter && !$0.isNumber }.map(String.init)
    }

    /// The haversine formula, which does not use chords.
    static func kilometres(_ circle: GeographicCircle, _ latitude: Double, _ longitude: Double) -> Double {
        let (a, b) = (circle.latitude * .pi / 180, latitude * .pi / 180)
        let east = (longitude - circle.longitude) * .pi / 180
        let half = pow(sin((b - a) / 2), 2) + cos(a) * cos(b) * pow(sin(east / 2), 2)
        return 2 * GeographicCircle.earthRadius * asin(min(1, half.squareRoot()))
    }
}
