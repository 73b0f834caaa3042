namespace Sira.Backends.OpenAIChat.Dialects;

/// <summary>How a dialect attaches documents to a message.</summary>
public enum FileParts
{
    /// <summary>A <c>file</c> part with an id or a data URL.</summary>
    File,

    /// <summary>A <c>document_url</c> part.</summary>
    DocumentUrl,
}
