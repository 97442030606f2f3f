#pragma once

#include <cstdint>
#include <span>
#include <string>

namespace orrery::http {

// One exchange through a chain of scripted filters, all drawn from `bytes` (any bytes are a case): how each filter answers
// each callback, when it goes on, what it adds, where it answers by itself, resets or starts the request over; what the
// client sends and what the end of the chain answers. Returns what a model of the contract finds wrong, or "".
//
// The model knows no iteration states. It says what each side must have seen at the end: bodies with every addition in its
// place, trailers, one end of stream, nothing after an end, onDestroy() once.
std::string checkFilterContract(std::span<const uint8_t> bytes);

}  // namespace orrery::http
