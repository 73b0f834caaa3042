using Microsoft.Extensions.AI;

namespace Sira.Session.Compaction.Writing;

/// <summary>Something that was said.</summary>
internal readonly record struct TranscriptLine(ChatRole Role, string Text);
