(function (w, d, s, e, p) {
  w._refinerQueue = w._refinerQueue || [];
  w._refiner =
    w._refiner ||
    function () {
      w._refinerQueue.push(arguments);
    };
  _refiner('setProject', '__PROJECT__');
  e = d.createElement(s);
  e.type = 'text/javascript';
  e.async = true;
  e.src = '__SERVER__/v001/client.js';
  p = d.getElementsByTagName(s)[0];
  p.parentNode.insertBefore(e, p);
})(window, document, 'script');
