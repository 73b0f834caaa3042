namespace Sira.Kernel.Plugins;

/// <summary>Why a plugin may not use topics.</summary>
/// <param name="Problem">What it wanted and may not.</param>
/// <param name="Fix">What to add where.</param>
public sealed record TopicRefusal(string Problem, string Fix);
