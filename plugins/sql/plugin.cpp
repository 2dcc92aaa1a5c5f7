#include <tenantry/plugin.hpp>

#include "plugins/sql/sql_connector.h"

TNY_PLUGIN(tenantry::sql::SqlConnector, TNY_DESCRIPTOR);
