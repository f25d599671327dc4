// StreamedJSON: JSON whose texts may be larger than memory, read as it comes.
//
// It knows neither images nor HTTP. Small bodies are decoded whole, with Foundation's decoder, if they are taken in.
