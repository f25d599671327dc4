internal import Domain
internal import Vips

/// How much smaller an image may be decoded than it is stored.
struct ShrinkOnLoad {
    private let width: Double, height: Double
    private let format: ImageFormat

    init(_ header: VipsImage, _ source: ImageSource) {
        let isTurned = source.orientation() >= 5
        width = Double(isTurned ? header.height : header.width)
        height = Double(isTurned ? header.width : header.height)
        format = source.format
    }

    /// How many times larger the image is than the box; below 1 if it is smaller.
    func factor(_ target: WorkerRequest.Target) -> Double {
        max(width / Double(target.width), height / Double(target.height))
    }

    /// How to open the file for a target.
    ///
    /// A JPEG is reduced in the frequency domain, which costs a fraction of decoding it whole, but folds fine detail
    /// into what is left: so a factor of two is left to the filter that follows. (Of photos full of detail, structural
    /// similarity to what the filter alone makes is 0.98 and better then; with nothing left to the filter, 0.92.)
    func options(for target: WorkerRequest.Target) -> ImageSource.Options {
        Self.options(for: factor(target), format: format)
    }

    /// How to open a file of which so much more is stored than is needed.
    static func options(for factor: Double, format: ImageFormat) -> ImageSource.Options {
        var options = ImageSource.Options()
        switch FormatCodec(format).reduction {
        case .shrink: options.shrink = factor >= 16 ? 8 : factor >= 8 ? 4 : factor >= 4 ? 2 : 1
        case .scale: options.scale = factor >= 4 ? 2 / factor : 1
        case .drawing: options.scale = 1 / factor
        case .none: break
        }
        return options
    }
}
