using Microsoft.Extensions.AI;

namespace Sira.Session.Pending;

/// <summary>A message that is to be appended.</summary>
internal sealed record PendingMessage(ChatMessage Message, bool IsPartial) : PendingChange;
