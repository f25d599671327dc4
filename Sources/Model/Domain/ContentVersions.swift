/// Which version of the program has handled a content: what an older one made may be wrong.
public struct ContentVersions: Hashable, Sendable {
    /// The version of the inspection that has read the file's header and metadata.
    public var inspection: Int
    /// The version of the recipe by which its kept renditions were made; 0 if they have not been made.
    public var recipe: Int

    public init(inspection: Int = 0, recipe: Int = 0) { (self.inspection, self.recipe) = (inspection, recipe) }
}
