// StreamedJSON: JSON whose texts may be larger than memory, parsed as it arrives, and JSON of any depth, parsed in linear
// time.
//
// It knows neither images nor HTTP. Small bodies are decoded whole, with Foundation's decoder, by their routes.
