internal import Domain
internal import SystemIO
internal import Transformations

/// A request of the parent to a worker process, which has received its `ImagingLimits` before.
enum WorkerRequest: Codable, Sendable {
    /// Works on an image of a format, the first descriptor; its picture is turned as an Exif orientation says, beyond what
    /// the file says.
    case perform(Task, format: ImageFormat, turn: Int)
    /// Tries what the confinement is to refuse, such as opening these files.
    case tryConfinement(files: [String])

    /// Makes renditions; their descriptors follow the image's, in the order of the targets.
    struct Target: Codable, Sendable {
        let width: Int, height: Int, quality: Int
        let format: ImageFormat?
    }

    enum Task: Codable, Sendable {
        case probe
        case verify
        case derive([Target])
        /// Compresses the image, to the second descriptor.
        case compress(ImageFormat?)
        /// Compares the picture in the second descriptor, of that format, with the image.
        case compare(ImageFormat)
        /// Renders from an image, or from a level of a pyramid.
        case render(RenderPlan, level: Int?)
        /// Makes a pyramid of the image, in the second descriptor.
        case pyramid
        /// Reads the upright size of a page, from 0.
        case measure(page: Int)
        /// Finds the colour of a thumbnail.
        case dominantColour
    }
}

/// The answer of a worker process.
struct WorkerReply: Codable, Sendable {
    enum Outcome: Codable, Sendable {
        case probed(ImageProbe)
        case verified
        case derived([RenderedFile])
        case compressed(RenderedFile?)
        case compared(isSame: Bool)
        case measured(PixelSize)
        case coloured(PictureColour?)
        case tried(ConfinementTrial)
        case failed(ImagingError)
    }

    let outcome: Outcome
    /// The most memory the worker has held so far, in bytes.
    let peakMemory: Int64
}
