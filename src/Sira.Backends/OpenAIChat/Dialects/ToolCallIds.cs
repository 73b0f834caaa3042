namespace Sira.Backends.OpenAIChat.Dialects;

/// <summary>Which ids of tool calls a dialect takes. Those of an earlier provider in the conversation are replaced where they do not fit.</summary>
public enum ToolCallIds
{
    /// <summary>Any of at most 40 characters.</summary>
    UpTo40Characters,

    /// <summary>Exactly nine ASCII letters and digits.</summary>
    NineLettersOrDigits,
}
