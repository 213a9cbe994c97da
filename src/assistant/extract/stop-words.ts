import { foldWord } from '../../documents/search/fold.js';

/** Words that say nothing about what is asked: articles, prepositions, pronouns, auxiliary verbs, and how a question is put. */
export const STOP_WORDS: ReadonlySet<string> = new Set(
  `a an the this that these those of in on at by for from to with within into about as and or but if than then
   i me my mine we us our ours you your yours he him his she her it its they them their one
   is are was were be been being am do does did done doing have has had having will would shall should can could may might must
   need get gets got give gives gave given take takes go goes let there here so any some all each much many more most
   what which who whom whose when where why how long often soon tell tells say says said know please happen happens happened
   number numbers figure figures not no yes also just only per during before s t re ve ll m d
   der die das den dem des ein eine einen einem einer eines und oder aber wenn als wie zu zum zur im in am an auf aus bei beim
   mit nach von vom vor fur uber unter durch gegen ohne um bis ab ist sind war waren sein bin hat haben hatte hatten wird werden
   wurde wurden kann konnen darf durfen muss mussen soll sollen mag ich mich mir mein meine wir uns unser unsere du dein deine
   er ihn ihm sie ihr ihre es man sich wer wen wem wessen was wann wo warum wieso weshalb welche welcher welches welchen welchem
   wieviel viel viele hoch lange oft gibt geben bekommt bekomme bekommen kriegt nehmen nimmt geht machen macht tun nicht kein
   keine mehr noch auch nur
   le la les l un une des du de d et ou mais si que qui quoi quel quelle quels quelles quand comment combien pourquoi ou a au aux
   en dans sur sous par pour avec sans chez est sont etait etaient etre ai as avons avez ont avoir fait faire faut doit dois
   doivent peut peux peuvent je j me moi mon ma mes nous notre nos vous votre vos il elle ils elles on se son sa ses leur leurs
   ce cet cette ces c n ne pas y lieu plus
   el los las uno una y o pero si que quien quienes cual cuales cuando como cuanto cuanta cuantos cuantas donde por para con sin
   del al es son era eran ser esta estan hay tiene tienen tengo tenemos puede puedo debe mi mis nuestro nuestra su sus no se
   lo gli i uno e o ma se che chi quale quali quando come quanto quanta quanti quante dove perche per con senza di del della
   dei delle dello da dal dalla nel nella sul sulla sono era erano essere ha hanno ho abbiamo avere puo posso deve mio mia
   nostro nostra suo sua non si
   de het een en of maar als wie wat wanneer waar waarom hoe hoeveel welke welk van in op te ten ter bij met naar voor door om
   uit is zijn was waren heeft hebben had kan kunnen mag moet moeten ik mij mijn wij we ons onze jij je uw hij zij ze hun niet
   geen er
   o os as um uma uns umas e ou mas se que quem qual quais quando como quanto quanta quantos quantas onde porque por para com
   sem do da dos das no na nos nas ao e sao era eram ser tem temos tenho pode posso deve meu minha nosso nossa seu sua nao`
    .split(/\s+/)
    .map(foldWord),
);
