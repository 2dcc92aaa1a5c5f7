const SHORT_MAX = 4;

/** The name people use: "org.tenantry.ldap" is LDAP, "com.example.okta-x" is Okta-x. */
export function connectorWord(name: string): string {
  const last = name.split('.').at(-1) ?? name;
  return last.length <= SHORT_MAX ? last.toUpperCase() : last.charAt(0).toUpperCase() + last.slice(1);
}
