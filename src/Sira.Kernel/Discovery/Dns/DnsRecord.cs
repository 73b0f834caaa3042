using System.Net;

namespace Sira.Kernel.Discovery.Dns;

/// <summary>A record of an answer; what belongs to other types is empty.</summary>
/// <param name="Owner">The name that it belongs to.</param>
/// <param name="Type">The type.</param>
/// <param name="TimeToLive">The seconds for which it holds.</param>
/// <param name="Target">The target of an SRV or a CNAME record.</param>
/// <param name="Priority">The priority of an SRV record, the lowest first.</param>
/// <param name="Weight">The weight of an SRV record.</param>
/// <param name="Port">The port of an SRV record.</param>
/// <param name="Address">The address of an A or AAAA record.</param>
internal sealed record DnsRecord(string Owner, DnsRecordType Type, uint TimeToLive, string Target = "", ushort Priority = 0, ushort Weight = 0, ushort Port = 0, IPAddress? Address = null);
