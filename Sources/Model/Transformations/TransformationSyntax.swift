internal import Domain

/// Parses transformations in URLs: `width=500&fit=cover&gravity=attention`.
public enum TransformationSyntax {
    private enum Parameter: String, CaseIterable {
        case width, height, fit, gravity, dpr, upscale, crop, rotate, flip, background, blur, sharpen, grayscale
        case format, quality, page, animated, metadata, source
    }

    /// The names of all parameters.
    public static let names = Set(Parameter.allCases.map(\.rawValue))

    /// Parses parameters with names from `names`, without repetitions.
    ///
    /// - Throws: `malformed`, which says which parameter is wrong, and why.
    public static func read(_ parameters: [(name: String, value: String)]) throws(TransformationError) -> Transformation
    {
        var draft = Draft()
        for (name, text) in parameters {
            guard let parameter = Parameter(rawValue: name) else {
                throw TransformationError(
                    .malformed, parameter: name, "There is no parameter '\(name.prefix(100))' of transformations.")
            }
            let value = ParameterValue(name: name, text: text)
            try draft.takeSize(parameter, value)
            try draft.takeLooks(parameter, value)
        }
        return draft.finished
    }

    /// Several parameters form the size, and two the rotation: they are combined after all have been read.
    private struct Draft {
        private var transformation = Transformation()
        private var width: Double?, height: Double?
        private var fit = "inside"
        private var gravity = Gravity.center
        private var pixelRatio = 1.0
        private var upscales = false
        private var flip = ""
        private var degrees = 0.0

        mutating func takeSize(_ parameter: Parameter, _ value: ParameterValue) throws(TransformationError) {
            switch parameter {
            case .width: width = try value.side()
            case .height: height = try value.side()
            case .fit: fit = try value.word(["inside", "contain", "cover", "fill"])
            case .gravity: gravity = try value.choice(Gravity.allCases)
            case .dpr: pixelRatio = try value.decimal(in: 0.1...10)
            case .upscale: upscales = try value.flag()
            case .crop: transformation.region = try value.region()
            case .rotate: degrees = try value.decimal(in: 0...360)
            case .flip: flip = try value.word(["horizontal", "vertical", "both"])
            case .page: transformation.page = try value.number(in: 1...1_000_000)
            default: break
            }
        }

        mutating func takeLooks(_ parameter: Parameter, _ value: ParameterValue) throws(TransformationError) {
            switch parameter {
            case .background: transformation.background = try value.background()
            case .blur: transformation.blur = try value.decimal(in: 0...100)
            case .sharpen: transformation.sharpening = try value.decimal(in: 0...10)
            case .grayscale: transformation.tone = try value.flag() ? .grey : .colour
            case .format: transformation.format = try value.format()
            case .quality: transformation.quality = try value.number(in: 1...100)
            case .animated: transformation.isAnimated = try value.flag()
            case .metadata: transformation.keepsMetadata = try value.word(["keep", "strip"]) == "keep"
            case .source: transformation.isFromOriginal = try value.word(["auto", "original"]) == "original"
            default: break
            }
        }

        var finished: Transformation {
            var result = transformation
            // A vertical flip is a mirrored picture rotated by 180 degrees.
            let isMirrored = flip == "horizontal" || flip == "vertical"
            let half = flip == "vertical" || flip == "both" ? 180.0 : 0
            result.turn = Rotation(isMirrored: isMirrored, degrees: degrees + half)
            if width != nil || height != nil {
                result.size = .box(
                    width: width.map { $0 * pixelRatio }, height: height.map { $0 * pixelRatio }, sizeFit,
                    upscales ? .allowed : .never)
            }
            return result
        }

        private var sizeFit: Size.Fit {
            switch fit {
            case "contain": .contain(gravity)
            case "cover": .cover(gravity)
            case "fill": .fill
            default: .inside
            }
        }
    }
}
