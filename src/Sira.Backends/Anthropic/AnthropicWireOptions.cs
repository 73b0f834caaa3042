namespace Sira.Backends.Anthropic;

/// <summary>What the host decides about the wire.</summary>
internal sealed record AnthropicWireOptions
{
    /// <summary>Gets the <c>max_tokens</c> of a request that states none, for a model whose limit is unknown; the wire demands the member.</summary>
    /// <value>Default 4,096, which every model allows. A request that thinks gets the allowance for thinking on top.</value>
    public int DefaultMaxTokens { get; init; } = 4096;

    /// <summary>Gets what knows a model's longest output, which is then the <c>max_tokens</c> of a request that states none.</summary>
    /// <value>Default: nothing is known.</value>
    public Func<string, int?> MaxOutputTokens { get; init; } = static _ => null;

    /// <summary>Gets what knows the profiles of models.</summary>
    /// <value>Default <see cref="AnthropicModelProfiles.Find"/>.</value>
    public Func<string, AnthropicModelProfile> Profile { get; init; } = AnthropicModelProfiles.Find;

    /// <summary>Gets the <c>type</c> of the web search tool.</summary>
    /// <value>Default <c>web_search_20250305</c>, which all models have. A tool's additional property <c>type</c> wins.</value>
    public string WebSearchType { get; init; } = "web_search_20250305";

    /// <summary>Gets the <c>type</c> of the code execution tool.</summary>
    /// <value>Default <c>code_execution_20250825</c>. A tool's additional property <c>type</c> wins.</value>
    public string CodeExecutionType { get; init; } = "code_execution_20250825";

    /// <summary>Gets the <c>type</c> of the tool search tool.</summary>
    /// <value>Default <c>tool_search_tool_bm25_20251119</c>. A tool's additional property <c>type</c> wins.</value>
    public string ToolSearchType { get; init; } = "tool_search_tool_bm25_20251119";

    /// <summary>Gets the clock for <see cref="Microsoft.Extensions.AI.ChatResponse.CreatedAt"/>, which the wire does not state.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;
}
