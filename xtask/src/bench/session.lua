-- Every request is written beforehand, so that wrk spends its time on sending. One session after the other.
local requests = {}
local turn = 0

function init()
  for cookie in io.lines(os.getenv("COOKIES")) do
    requests[#requests + 1] = wrk.format("GET", nil, { ["Cookie"] = cookie })
  end
end

function request()
  turn = turn % #requests + 1
  return requests[turn]
end
