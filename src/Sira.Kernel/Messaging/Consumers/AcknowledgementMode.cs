namespace Sira.Kernel.Messaging.Consumers;

/// <summary>When a message counts as handled.</summary>
public enum AcknowledgementMode
{
    /// <summary>When the handler returns, unless it has settled the message otherwise.</summary>
    OnReturn,

    /// <summary>When somebody calls a method of the <see cref="MessageContext{T}"/>, also after the handler has returned. Without one within the acknowledgement window it is delivered again.</summary>
    Explicit,
}
