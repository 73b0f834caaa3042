namespace Sira.Requests;

/// <summary>What is done when a stream breaks after part of it was delivered.</summary>
public enum StreamRecovery
{
    /// <summary>Ask another target, or the same again, swallow its stream while it repeats what was delivered, and go on seamlessly. When it says something else, the next policy has its turn. Sampled answers often differ: test it with your models first.</summary>
    ResumeVerified,

    /// <summary>Ask a target to continue the part that was delivered, where its model is known to accept the beginning of an answer. Never within a tool call.</summary>
    Continue,

    /// <summary>Begin anew at another target, and tell the consumer by an update that it must discard what it has. Only for requests whose consumer understands that, see <see cref="SiraChatOptions.AcceptsRestart"/>.</summary>
    Restart,

    /// <summary>Deliver nothing before the whole answer is there, so that there is nothing to undo. Costs the first token's time.</summary>
    Hold,
}
