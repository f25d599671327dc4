internal import Domain
internal import Transformations

/// What the parent asks of a worker process, which was told its `ImagingLimits` before. The first descriptor beside it is the image.
struct WorkerRequest: Codable, Sendable {
    /// A rendition that is wanted; its descriptor follows the image's, in the order of the targets.
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
        /// Whether the second descriptor, of that format, shows the same picture.
        case compare(ImageFormat)
        /// Renders from a picture, or from a level of a pyramid.
        case render(RenderPlan, level: Int?)
        /// Makes a pyramid of the image, in the second descriptor.
        case pyramid
        /// Tells the upright size of a page, from 0.
        case measure(page: Int)
    }

    let task: Task
    let format: ImageFormat
}

/// What a worker process answers.
struct WorkerReply: Codable, Sendable {
    enum Outcome: Codable, Sendable {
        case probed(ImageProbe)
        case verified
        case derived([RenderedFile])
        case compressed(RenderedFile?)
        case compared(isSame: Bool)
        case measured(PixelSize)
        case failed(ImagingError)
    }

    let outcome: Outcome
    /// The most memory the worker has held so far, in bytes.
    let peakMemory: Int64
}
