using System.Text.Json.Serialization;

namespace Sira.Storage.Victim;

/// <summary>How the numbers are kept.</summary>
[JsonSerializable(typeof(int))]
internal sealed partial class NumberContext : JsonSerializerContext;
