using System.Text;
using System.Text.Json;
using Microsoft.Extensions.AI;

namespace Sira.Backends.OpenAIResponses;

/// <summary>One output item of a stream, from its announcement to its end.</summary>
internal sealed class ResponsesStreamItem
{
    private StringBuilder? _fragments;
    private List<AIAnnotation>? _annotations;

    /// <summary>Gets the item as it was announced; undefined when its fragments came unannounced.</summary>
    public JsonElement Announced { get; init; }

    /// <summary>Gets the item's id.</summary>
    public string? Id { get; init; }

    /// <summary>Gets or sets whether some of its text has gone out.</summary>
    public bool HasText { get; set; }

    /// <summary>Gets or sets whether the next text begins another part of a summary.</summary>
    public bool StartsPart { get; set; }

    /// <summary>Gets the annotations that have come. They go out with the item's end, because one between two fragments would keep these from being put together again.</summary>
    public List<AIAnnotation> Annotations => _annotations ??= [];

    /// <summary>Gets or sets whether its refusal has gone out.</summary>
    public bool HasRefusal { get; set; }

    /// <summary>Gets or sets the arguments of its call, once they are complete.</summary>
    public string? Arguments { get; set; }

    /// <summary>Gets or sets whether everything of it has gone out.</summary>
    public bool IsDone { get; set; }

    /// <summary>Gets what <see cref="Append"/> was given so far; <see langword="null"/> when it never was.</summary>
    public string? Fragments => _fragments?.ToString();

    /// <summary>Holds back a fragment of what only makes sense whole: a call's arguments, a refusal.</summary>
    public void Append(string? fragment) => (_fragments ??= new()).Append(fragment);
}
