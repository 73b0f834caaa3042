using System.Text.Json.Serialization;

/// <summary>What is published.</summary>
internal sealed record Order(int Number, string Customer);

/// <summary>How it is written.</summary>
[JsonSerializable(typeof(Order))]
internal sealed partial class OrderContext : JsonSerializerContext;
