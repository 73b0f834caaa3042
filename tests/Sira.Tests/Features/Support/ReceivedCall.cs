using System.Text.Json;

namespace Sira.Tests.Features.Support;

/// <summary>What a scripted provider received.</summary>
internal sealed record ReceivedCall(Uri Address, IReadOnlyDictionary<string, string> Headers, JsonElement Body);
