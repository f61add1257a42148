#pragma once

#include "base/json_reader.h"

namespace calculon {

// What a record (record.h) is: its keys, which of them a status needs, and the types of all that is
// nested in it. Throws InputError saying what is wrong: "its key 'best' is no list".
void check_record(const Json& record);

}  // namespace calculon
