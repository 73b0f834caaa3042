namespace Sira.Tokens;

/// <summary>What a tokenizer family bills, in tokens. Fitted to recorded traffic; how, and how well, is in <c>docs/token-estimates.md</c>.</summary>
internal sealed record TokenProfile
{
    /// <summary>Gets the share of a word of ASCII letters. Most words are one token together with the space before them.</summary>
    public double Word { get; init; } = 1.07;

    /// <summary>Gets the share of each letter of a word beyond the eighth: long words are several tokens.</summary>
    public double LongWordLetter { get; init; } = 0.2;

    /// <summary>Gets the share of a digit, or of a group of up to three where <see cref="DigitsInThrees"/>.</summary>
    public double Digit { get; init; } = 1.0;

    /// <summary>Gets whether the tokenizer takes up to three digits as one token.</summary>
    public bool DigitsInThrees { get; init; } = true;

    /// <summary>Gets the share of a punctuation mark.</summary>
    public double Mark { get; init; } = 0.55;

    /// <summary>Gets the share of a run of punctuation, besides that of its marks.</summary>
    public double MarkRun { get; init; } = 0.3;

    /// <summary>Gets the share of a run of white space other than a single space.</summary>
    public double Space { get; init; } = 0.6;

    /// <summary>Gets the share of a Chinese, Japanese or Korean character.</summary>
    public double Cjk { get; init; } = 0.8;

    /// <summary>Gets the share of any other character, such as a Cyrillic or Arabic letter.</summary>
    public double Other { get; init; } = 0.5;

    /// <summary>Gets what every request costs: the prompt's beginning, the priming of the answer.</summary>
    public double Request { get; init; } = 3;

    /// <summary>Gets what every message costs: its role and delimiters.</summary>
    public double Message { get; init; } = 5;

    /// <summary>Gets what a tool call in the history costs besides its name and arguments.</summary>
    public double Call { get; init; } = 10;

    /// <summary>Gets what a tool result costs besides its text.</summary>
    public double Result { get; init; } = 4;

    /// <summary>Gets what having any tool costs: the provider's own instructions on calling.</summary>
    public double Tools { get; init; } = 100;

    /// <summary>Gets what each tool costs besides its name, description and schema.</summary>
    public double Tool { get; init; } = 10;

    /// <summary>Gets the factor on a tool's name and description.</summary>
    public double Description { get; init; } = 1.0;

    /// <summary>Gets the factor on a tool's JSON schema, which some providers rewrite into something shorter.</summary>
    public double Schema { get; init; } = 0.8;

    /// <summary>Gets whether tools cost nothing when the model may not call them.</summary>
    public bool ToolsFreeWhenForbidden { get; init; }

    /// <summary>Gets what a schema for the answer costs besides its text.</summary>
    public double Format { get; init; } = 8;

    /// <summary>Gets the factor on the text of a schema for the answer.</summary>
    public double FormatSchema { get; init; } = 0.6;

    /// <summary>Gets what thinking costs: the provider's own instructions on it.</summary>
    public double Thinking { get; init; }

    /// <summary>Gets what an image costs, at a usual size.</summary>
    public double Image { get; init; } = 1_000;

    /// <summary>Gets what a second of sound costs.</summary>
    public double AudioSecond { get; init; } = 25;

    /// <summary>Gets what a second of video costs.</summary>
    public double VideoSecond { get; init; } = 300;

    /// <summary>Gets what a page of a document costs.</summary>
    public double Page { get; init; } = 1_500;
}
