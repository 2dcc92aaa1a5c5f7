/// The functions behind the names of the catalogue. Each leaves the backend as its scenario's
/// `reset` can make it; none throws.
#pragma once

#include "plugins/sdk/kit/trial.h"

namespace tenantry::kit {

Verdict checkL1(Trial& trial);
Verdict checkL2(Trial& trial);
Verdict checkL3(Trial& trial);
Verdict checkL4(Trial& trial);
Verdict checkL5(Trial& trial);
Verdict checkL6(Trial& trial);
Verdict checkL7(Trial& trial);
Verdict checkL8(Trial& trial);

Verdict checkR1(Trial& trial);
Verdict checkR2(Trial& trial);
Verdict checkR3(Trial& trial);
Verdict checkR4(Trial& trial);
Verdict checkR5(Trial& trial);
Verdict checkR6(Trial& trial);
Verdict checkR7(Trial& trial);
Verdict checkR8(Trial& trial);
Verdict checkR9(Trial& trial);
Verdict checkR10(Trial& trial);
Verdict checkR11(Trial& trial);
Verdict checkR12(Trial& trial);
Verdict checkR13(Trial& trial);
Verdict checkR14(Trial& trial);

Verdict checkC1(Trial& trial);
Verdict checkC2(Trial& trial);

Verdict checkF1(Trial& trial);
Verdict checkF2(Trial& trial);
Verdict checkF3(Trial& trial);
Verdict checkF4(Trial& trial);
Verdict checkF5(Trial& trial);
Verdict checkF6(Trial& trial);
Verdict checkF7(Trial& trial);
Verdict checkF8(Trial& trial);
Verdict checkF9(Trial& trial);

Verdict checkD1(Trial& trial);
Verdict checkD2(Trial& trial);
Verdict checkD3(Trial& trial);
Verdict checkD4(Trial& trial);
Verdict checkD5(Trial& trial);

Verdict checkA1(Trial& trial);
Verdict checkA2(Trial& trial);
Verdict checkA3(Trial& trial);
Verdict checkA4(Trial& trial);
Verdict checkA5(Trial& trial);
Verdict checkA6(Trial& trial);
Verdict checkA7(Trial& trial);
Verdict checkA8(Trial& trial);
Verdict checkA9(Trial& trial);
Verdict checkA10(Trial& trial);

Verdict checkM1(Trial& trial);
Verdict checkM2(Trial& trial);
Verdict checkM3(Trial& trial);
Verdict checkM4(Trial& trial);
Verdict checkP1(Trial& trial);

}  // namespace tenantry::kit
