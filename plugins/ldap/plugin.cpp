#include <tenantry/plugin.hpp>

#include "plugins/ldap/connector.h"

TNY_PLUGIN(tenantry::ldap::LdapConnector, TNY_DESCRIPTOR);
