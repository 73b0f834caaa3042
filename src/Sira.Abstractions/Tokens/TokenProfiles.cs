namespace Sira.Tokens;

/// <summary>The profiles of the tokenizer families. Text, message and tool figures are fitted to one half of the recordings; figures that recordings cannot give name their source.</summary>
internal static class TokenProfiles
{
    // Image: 1024 x 1024 at high detail is 85 + 4 x 170 (OpenAI's vision guide). Audio: a token for each 100 ms (OpenAI's realtime guide).
    private static readonly TokenProfile Gpt = new()
    {
        Word = 1.0, LongWordLetter = 0.1, Digit = 1.2, Mark = 0.42, MarkRun = 0.25, Space = 0.44, Cjk = 0.75, Other = 0.4,
        Request = 3, Message = 4.2, Call = 5.3, Result = 4, Tools = 10.7, Tool = 1.1, Description = 1.2, Schema = 0.51, Format = 15, FormatSchema = 0.65,
        Image = 765, AudioSecond = 10,
    };

    // The open-weight models have a system prompt of about sixty tokens of their own.
    private static readonly TokenProfile GptOpen = new()
    {
        Word = 1.06, Mark = 0.54, Cjk = 0.75, Other = 0.4,
        Request = 63, Message = 5.9, Call = 10, Result = 4, Tools = 4.4, Tool = 10, Schema = 0.67, Format = 30, FormatSchema = 1.47,
    };

    // Image: width x height / 750, at the largest size that is not scaled down (Anthropic's vision guide). Page: 1,500 to 3,000 (its PDF guide).
    private static readonly TokenProfile Claude = new()
    {
        Word = 0.99, Digit = 1.2, Mark = 0.79, Cjk = 1.1, Other = 0.6,
        Request = 5.1, Message = 2, Call = 36, Result = 4, Tools = 500, Tool = 10, Description = 1.15, Schema = 0.83, Format = 60, FormatSchema = 1.5, Thinking = 29,
        Image = 1_600, Page = 2_250,
    };

    // Image and page 258, audio 32 and video about 300 a second (Gemini's token guide). A schema for the answer is not billed.
    private static readonly TokenProfile Gemini = new()
    {
        Word = 1.01, LongWordLetter = 0.1, Digit = 1.2, DigitsInThrees = false, Mark = 0.34, MarkRun = 0.41, Cjk = 0.7, Other = 0.4,
        Request = 0.5, Message = 1, Call = 17, Result = 4, Tools = 1, Tool = 2.6, Description = 1.2, Schema = 0.91, Format = 0, FormatSchema = 0,
        Image = 258, AudioSecond = 32, Page = 258,
    };

    // The cost of tools is that of one host's template; others put less before them.
    private static readonly TokenProfile Llama = new()
    {
        Word = 1.07, Mark = 0.66, Cjk = 0.9,
        Request = 3.8, Message = 3.9, Tools = 650, ToolsFreeWhenForbidden = true,
        Image = 1_600,
    };

    private static readonly TokenProfile Mistral = new()
    {
        Word = 0.95, DigitsInThrees = false, Mark = 0.62,
        Request = 13.6, Message = 1.4, Call = 4.3, Result = 3.4, Tools = 9.4, Tool = 14.4, Description = 1.13, Schema = 0.89, ToolsFreeWhenForbidden = true, Format = 0, FormatSchema = 0,
    };

    // Cjk: 0.6 (DeepSeek's token guide).
    private static readonly TokenProfile DeepSeek = new()
    {
        Word = 0.95, Digit = 1.2, Mark = 0.51, MarkRun = 0.26, Cjk = 0.6,
        Request = 1.7, Message = 4.1, Call = 60, Tools = 224, Schema = 1.0, ToolsFreeWhenForbidden = true,
    };

    // Cjk: 1.5 to 1.8 characters a token (Qwen's documentation).
    private static readonly TokenProfile Qwen = new()
    {
        Word = 0.99, DigitsInThrees = false, Cjk = 0.6,
        Request = 8, Message = 4, Tools = 107, Schema = 0.37,
    };

    private static readonly TokenProfile Grok = new()
    {
        Mark = 0.34,
        Request = 0.5, Message = 3.1, Tools = 129, Schema = 1.5, Format = 11, FormatSchema = 1.5,
    };

    private static readonly TokenProfile Average = new();

    private static readonly (string Prefix, TokenProfile Profile)[] Prefixes =
    [
        ("gpt-oss", GptOpen), ("gpt", Gpt), ("o200k", Gpt), ("chatgpt", Gpt), ("codex", Gpt), ("o-", Gpt), ("o1", Gpt), ("o3", Gpt), ("o4", Gpt),
        ("claude", Claude), ("gemini", Gemini), ("gemma", Gemini), ("llama", Llama),
        ("mistral", Mistral), ("ministral", Mistral), ("magistral", Mistral), ("mixtral", Mistral), ("codestral", Mistral), ("devstral", Mistral), ("pixtral", Mistral),
        ("deepseek", DeepSeek), ("qwen", Qwen), ("qwq", Qwen), ("grok", Grok),
    ];

    /// <summary>Finds the profile of a family by the beginning of its name, so that <c>claude-sonnet</c> is <c>claude</c>.</summary>
    public static TokenProfile Find(string? family)
    {
        if (family is not null)
        {
            if (family.Equals("o", StringComparison.OrdinalIgnoreCase))
            {
                return Gpt;
            }

            foreach (var (prefix, profile) in Prefixes)
            {
                if (family.StartsWith(prefix, StringComparison.OrdinalIgnoreCase))
                {
                    return profile;
                }
            }
        }

        return Average;
    }
}
