namespace Sira.Kernel.Discovery.Dns;

/// <summary>The types of records that are asked for (RFC 1035, 3596, 2782).</summary>
internal enum DnsRecordType : ushort
{
    A = 1,
    Cname = 5,
    Aaaa = 28,
    Srv = 33,
}
