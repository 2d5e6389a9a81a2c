package cli

// ExampleTexts is for the benchmark, which fills a demo of its own.
var ExampleTexts = exampleTexts
